import { expect, test } from "bun:test";
import { readTemplate } from "../../../src/datasets/protocols/prompt-template.ts";

const SAMPLE = {
  id: "7",
  input: "{{id}}?",
  choices: ["one", "two"],
  context: ["a", "b"],
  metadata: { topic: "x" },
};

test("a template's fields are replaced by the sample's, which are not searched again", () => {
  const template = readTemplate("{{ input }}\n{{choices}}\n{{context}}\n{{metadata.topic}}");
  expect(template.fields).toEqual(["input", "choices", "context", "metadata.topic"]);
  expect(template.render(SAMPLE)).toBe("{{id}}?\nA) one\nB) two\na\n\nb\nx");
});

test("four braces are two literal ones, and single braces are themselves", () => {
  const template = readTemplate('{"q": "{{input}}"} {{{{name}}}} {{{{ {{id}} }}}}');
  expect(template.fields).toEqual(["input", "id"]);
  expect(template.render(SAMPLE)).toBe('{"q": "{{id}}?"} {{name}} {{ 7 }}');
});
