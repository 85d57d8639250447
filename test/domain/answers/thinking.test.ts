import { expect, test } from "bun:test";
import { answerPart } from "../../../src/domain/answers/thinking.ts";

const FINISHED: [string, string][] = [
  ["<think>a</think>b", "b"],
  ["<think>\na\n</think>\n\nb\n", "b"],
  ["a</think>b", "b"],
  ["<think>a</think>b<think>c</think>d", "d"],
  ["<thinking>a</thinking>b", "b"],
  ["<THINK>a</THINK>b", "b"],
  ["<reasoning>a</reasoning>b", "b"],
  ["<seed:think>a</seed:think>b", "b"],
  ["[THINK]a[/THINK]b", "b"],
  ["◁think▷a◁/think▷b", "b"],
  ["<|begin_of_thought|>a<|end_of_thought|><|begin_of_solution|>b<|end_of_solution|>", "b"],
  ["<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>", "b"],
  ["<|channel>thought\na<channel|>b", "b"],
  ["<unused94>thought\na<unused95>b", "b"],
  ["<|inner_prefix|>a<|inner_suffix|>b", "b"],
  ["<scratchpad>a</scratchpad>b", "b"],
  ["<antThinking>a</antThinking>b", "b"],
  ["Here is my thought process:\na\n\nHere is my response:\nb", "b"],
  ["analysisWe need a.assistantfinalb", "b"],
  ["analysis of a: b", "analysis of a: b"],
  ["no thoughts", "no thoughts"],
  ["The mark `<think>` begins a thought.", "The mark `<think>` begins a thought."],
  ['It writes "<think>" first.', 'It writes "<think>" first.'],
  ["<think>a</think>", ""],
];
test.each(FINISHED)("behind the thoughts of %j", (output, text) => {
  expect(answerPart(output)).toEqual({ text, unfinished: false });
});

test.each([
  "<think>a",
  "  <think>a",
  "Hm. <think>a",
  "<think>a</think>b<think>c",
  "[THINK]a",
  "<|channel>thought\na",
  "Here's my thought process: a",
  "analysisWe need a",
  "<|channel|>analysis<|message|>a",
])("thoughts that do not end leave no answer: %j", (output) => {
  expect(answerPart(output)).toEqual({ text: "", unfinished: true });
});
