import { boundedAnswers } from "./bounded-answers.ts";
import { browsers } from "./browsers.ts";
import { concurrency } from "./concurrency.ts";
import { faults } from "./faults.ts";
import { kill } from "./kill.ts";
import { killUpstream } from "./kill-upstream.ts";
import { million } from "./million.ts";
import { pythonClients } from "./python-clients.ts";
import { pythonDocument } from "./python-document.ts";
import { pythonExamples } from "./python-examples.ts";
import { pythonPeers } from "./python-peers.ts";
import { simulation } from "./simulation.ts";
import { statistics } from "./statistics.ts";
import { streams } from "./streams.ts";
import type { Part } from "./support/part.ts";

/** Every part of the long tests, in the order in which they run. */
export const PARTS: readonly Part[] = [
  simulation,
  statistics,
  pythonPeers,
  pythonClients,
  pythonDocument,
  pythonExamples,
  browsers,
  kill,
  killUpstream,
  concurrency,
  faults,
  streams,
  boundedAnswers,
  million,
];
