import type { NounTexts } from "./noun-texts.ts";

export const AUTHENTICATION = {
  tag: "Authentication",
  description: "Tokens for people and API keys for programs.",
  operations: {
    createToken: {
      summary: "Log in with a username and a password",
      description: "Needs no authentication. Send the token as `Authorization: Bearer <token>`.",
      answers: { 200: "A token and the time at which it expires." },
    },
    revokeToken: {
      summary: "Log out",
      description: "Revokes the token that authenticates this request.",
      answers: { 200: "The token is revoked." },
    },
    getMe: {
      summary: "Get the caller's own account",
      answers: { 200: "The user or API key that sent this request." },
    },
    createApiKey: {
      summary: "Create an API key",
      description: "Only this response holds the key itself. The server stores a hash of it.",
      answers: { 201: "The new key." },
    },
    listApiKeys: {
      summary: "List API keys",
      answers: { 200: "One page of keys, newest first. The keys themselves are not included." },
    },
    getApiKey: {
      summary: "Get an API key",
      answers: { 200: "The key's name, role and first characters. The key itself is not included." },
    },
    deleteApiKey: {
      summary: "Revoke an API key",
      description: "Takes effect at once.",
      answers: { 200: "The key is revoked." },
    },
  },
} as const satisfies NounTexts;
