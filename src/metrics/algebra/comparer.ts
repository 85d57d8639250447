import { type AlgebraQuestion, compareAnswers, type Equality } from "../../domain/answers/equal.ts";
import { createEngine } from "./engine.ts";
import { type Comparison, Incomparable, type Verdict } from "./protocol.ts";

/** Creates the function that compares an answer with a reference, its formulas by algebra. */
export function createComparer(): (comparison: Comparison) => Verdict {
  const engine = createEngine();
  // The library loads its rules at the first use, which must not count as a comparison's time.
  engine.answer({ left: "(x+1)^2", right: "x^2+2x+1", relation: "same" });

  return ({ answer, reference, unordered }) => {
    let note: string | undefined;
    const algebra = (question: AlgebraQuestion): Equality => {
      try {
        return engine.answer(question) ? "equal" : "different";
      } catch (error) {
        note = (error instanceof Incomparable ? error : new Incomparable("unreadable")).message;
        return "undecided";
      }
    };
    const found = compareAnswers(answer, reference, { algebra, unordered });
    if (found !== "undecided") return { equality: found };
    return { equality: "different", ...(note === undefined ? {} : { note }) };
  };
}
