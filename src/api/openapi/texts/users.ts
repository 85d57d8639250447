import type { NounTexts } from "./noun-texts.ts";

export const USERS = {
  tag: "Users",
  description: "User accounts. Only admins can manage them.",
  operations: {
    createUser: { summary: "Create a user", answers: { 201: "The new user." } },
    listUsers: { summary: "List users", answers: { 200: "One page of users, newest first." } },
    getUser: { summary: "Get a user", answers: { 200: "The user." } },
    updateUser: {
      summary: "Update a user",
      description: "Changes the password or the role, or disables or enables the user.",
      answers: { 200: "The updated user." },
    },
    deleteUser: {
      summary: "Delete a user",
      description: "Also deletes the user's API keys.",
      answers: { 200: "The user is deleted." },
    },
  },
} as const satisfies NounTexts;
