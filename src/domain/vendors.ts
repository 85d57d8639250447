/** The operator's settings of a provider that is called over the network. */
export interface ProviderAccount {
  /** Its place among several accounts of one provider, from 2; left out for the first. */
  number?: number | undefined;
  api_key?: string | undefined;
  base_url?: string | undefined;
  /** Azure: the name in `https://<name>.openai.azure.com`. */
  resource_name?: string | undefined;
  /** Azure: with a date such as `2024-10-21`, deployments are called by their URL; without one, by the v1 API. */
  api_version?: string | undefined;
  /** AWS: the region of the models, and the credentials if there is no API key. */
  region?: string | undefined;
  access_key_id?: string | undefined;
  secret_access_key?: string | undefined;
  session_token?: string | undefined;
}

type AccountField = Exclude<keyof ProviderAccount, "base_url" | "number">;

interface VendorFacts {
  /** The vendor's name in messages. */
  title: string;
  /** The environment variables by account field. The first variable that is set counts. */
  variables: Partial<Record<AccountField, readonly [string, ...string[]]>>;
  /** An example of `<NAME>_BASE_URL`. For a server that the operator runs, this variable is required. */
  base_url: string;
}

/** The built-in providers that are called over the network. */
export const VENDORS = {
  openai: {
    title: "OpenAI",
    variables: { api_key: ["OPENAI_API_KEY"] },
    base_url: "https://api.openai.com/v1",
  },
  anthropic: {
    title: "Anthropic",
    variables: { api_key: ["ANTHROPIC_API_KEY"] },
    base_url: "https://api.anthropic.com/v1",
  },
  google: {
    title: "Google",
    variables: { api_key: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"] },
    base_url: "https://generativelanguage.googleapis.com/v1beta",
  },
  azure: {
    title: "Azure OpenAI",
    variables: {
      api_key: ["AZURE_API_KEY"],
      resource_name: ["AZURE_RESOURCE_NAME"],
      api_version: ["AZURE_API_VERSION"],
    },
    base_url: "https://my-resource.openai.azure.com/openai",
  },
  "amazon-bedrock": {
    title: "Amazon Bedrock",
    variables: {
      api_key: ["AWS_BEARER_TOKEN_BEDROCK"],
      region: ["AWS_REGION", "AWS_DEFAULT_REGION"],
      access_key_id: ["AWS_ACCESS_KEY_ID"],
      secret_access_key: ["AWS_SECRET_ACCESS_KEY"],
      session_token: ["AWS_SESSION_TOKEN"],
    },
    base_url: "https://bedrock-runtime.us-east-1.amazonaws.com",
  },
  mistral: {
    title: "Mistral",
    variables: { api_key: ["MISTRAL_API_KEY"] },
    base_url: "https://api.mistral.ai/v1",
  },
  cohere: {
    title: "Cohere",
    variables: { api_key: ["COHERE_API_KEY"] },
    base_url: "https://api.cohere.com/v2",
  },
  groq: {
    title: "Groq",
    variables: { api_key: ["GROQ_API_KEY"] },
    base_url: "https://api.groq.com/openai/v1",
  },
  xai: {
    title: "xAI",
    variables: { api_key: ["XAI_API_KEY"] },
    base_url: "https://api.x.ai/v1",
  },
  deepseek: {
    title: "DeepSeek",
    variables: { api_key: ["DEEPSEEK_API_KEY"] },
    base_url: "https://api.deepseek.com",
  },
  togetherai: {
    title: "Together AI",
    variables: { api_key: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"] },
    base_url: "https://api.together.xyz/v1",
  },
  fireworks: {
    title: "Fireworks",
    variables: { api_key: ["FIREWORKS_API_KEY"] },
    base_url: "https://api.fireworks.ai/inference/v1",
  },
  perplexity: {
    title: "Perplexity",
    variables: { api_key: ["PERPLEXITY_API_KEY"] },
    base_url: "https://api.perplexity.ai",
  },
  cerebras: {
    title: "Cerebras",
    variables: { api_key: ["CEREBRAS_API_KEY"] },
    base_url: "https://api.cerebras.ai/v1",
  },
  huggingface: {
    title: "Hugging Face",
    variables: { api_key: ["HF_TOKEN", "HUGGINGFACE_API_KEY"] },
    base_url: "https://router.huggingface.co/v1",
  },
  deepinfra: {
    title: "DeepInfra",
    variables: { api_key: ["DEEPINFRA_API_KEY"] },
    base_url: "https://api.deepinfra.com/v1/openai",
  },
  openrouter: {
    title: "OpenRouter",
    variables: { api_key: ["OPENROUTER_API_KEY"] },
    base_url: "https://openrouter.ai/api/v1",
  },
  ollama: {
    title: "Ollama",
    variables: { api_key: ["OLLAMA_API_KEY"] },
    base_url: "http://127.0.0.1:11434/v1",
  },
  vllm: {
    title: "vLLM",
    variables: { api_key: ["VLLM_API_KEY"] },
    base_url: "http://127.0.0.1:8000/v1",
  },
  llamacpp: {
    title: "llama.cpp",
    variables: { api_key: ["LLAMACPP_API_KEY"] },
    base_url: "http://127.0.0.1:8080/v1",
  },
  lmstudio: {
    title: "LM Studio",
    variables: { api_key: ["LMSTUDIO_API_KEY"] },
    base_url: "http://127.0.0.1:1234/v1",
  },
} as const satisfies Record<string, VendorFacts>;

export type VendorName = keyof typeof VENDORS;
export const VENDOR_NAMES = Object.keys(VENDORS) as VendorName[];

/** The providers that are part of the program. */
export const EMBEDDED_NAMES = ["baseline", "mock"] as const;
export type EmbeddedName = (typeof EMBEDDED_NAMES)[number];

/** The first part of a provider's variables: AMAZON_BEDROCK for `amazon-bedrock`. */
export type Prefix<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${Prefix<Tail>}`
  : Uppercase<Name>;

export const prefixOf = (name: string): string => name.replaceAll("-", "_").toUpperCase();

/** The first part of the variables of named OpenAI-compatible servers: OPENAI_COMPATIBLE_<NAME>_BASE_URL. */
export const ENDPOINT_PREFIX = "OPENAI_COMPATIBLE_";

/** Returns the provider name of such a server: `my-server` for MY_SERVER. */
export const endpointName = (name: string): string => name.toLowerCase().replaceAll("_", "-");
