import OpenAI from "openai";

/** Asks a model through the server's OpenAI-compatible API: once for the whole answer, once as a stream. */
const { BASE_URL = "http://127.0.0.1:3000", API_KEY = "", MODEL = "mock/mock" } = process.env;
const client = new OpenAI({ baseURL: `${BASE_URL}/v1`, apiKey: API_KEY });
const messages = [{ role: "user", content: "What is 17 + 25?" }] as const;

const answer = await client.chat.completions.create({ model: MODEL, messages: [...messages] });
console.log("answer:", answer.choices[0]?.message.content);
console.log("tokens:", answer.usage?.total_tokens);

process.stdout.write("stream: ");
for await (const chunk of await client.chat.completions.create({
  model: MODEL,
  messages: [...messages],
  stream: true,
}))
  process.stdout.write(chunk.choices[0]?.delta.content ?? "");
console.log();
