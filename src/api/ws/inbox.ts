import type { Budget } from "./budget.ts";
import type { Socket } from "./hub.ts";
import { CLOSE_POLICY_VIOLATION, CLOSE_UNAUTHORIZED, costOf, type SocketLimits } from "./limits.ts";
import type { Sent } from "./protocol.ts";

interface InboxOptions {
  socket: Pick<Socket, "close">;
  /** The budgets that each message is taken from: the socket's own, and its address's. */
  budgets: readonly Budget[];
  limits: Pick<SocketLimits, "waiting_max" | "failed_auth_max">;
  /** The time in which the caller must authenticate. Undefined if nobody has to. */
  auth_within_ms: number | undefined;
  /** Answers one message. Never throws or rejects. */
  answer(sent: Sent): void | Promise<void>;
}

/** Creates the inbox of one open socket. It hands over its messages in order, and closes the socket over a limit. */
export function createInbox({ socket, budgets, limits, auth_within_ms, answer }: InboxOptions) {
  const { waiting_max, failed_auth_max } = limits;
  const waiting: Sent[] = [];
  let isBusy = false;
  let isClosed = false;
  let failed_auth = 0;
  /** Checked with each message too: if many arrive, the timer may be late. */
  let auth_until = Number.POSITIVE_INFINITY;
  let deadline: Timer | undefined;
  if (auth_within_ms !== undefined) {
    auth_until = performance.now() + auth_within_ms;
    deadline = setTimeout(refuseUnknown, auth_within_ms);
  }

  /** Drops the waiting messages too: a message of a closed socket must not subscribe to anything. */
  function end(): void {
    isClosed = true;
    waiting.length = 0;
    clearTimeout(deadline);
  }

  function close(code: number, reason: string): void {
    if (isClosed) return;
    end();
    socket.close(code, reason);
  }

  function refuseUnknown(): void {
    close(CLOSE_UNAUTHORIZED, "Authentication required");
  }

  async function answerWaiting(): Promise<void> {
    isBusy = true;
    for (let sent = waiting.shift(); sent !== undefined; sent = waiting.shift()) {
      const answered = answer(sent);
      // An `await` for each would let messages that arrive together wait for one another.
      if (answered) await answered;
    }
    isBusy = false;
  }

  /** Takes a cost from the budgets. Closes the socket if one of them does not suffice. */
  function spend(units: number): boolean {
    if (budgets.every((budget) => budget.spend(units))) return true;
    close(CLOSE_POLICY_VIOLATION, "Too many messages: send fewer per second");
    return false;
  }

  return {
    receive(sent: Sent): void {
      if (isClosed) return;
      if (performance.now() > auth_until) refuseUnknown();
      else if (waiting.length >= waiting_max)
        close(CLOSE_POLICY_VIOLATION, `More than ${waiting_max} messages wait for an answer`);
      else if (spend(costOf(sent.length))) {
        waiting.push(sent);
        if (!isBusy) void answerWaiting();
      }
    },
    /** Counts a ping of the WebSocket protocol, which Bun answers. */
    receivePing(): void {
      if (!isClosed) spend(1);
    },
    authenticated(): void {
      clearTimeout(deadline);
      auth_until = Number.POSITIVE_INFINITY;
    },
    /** Counts a failed authentication. Closes the socket if it has failed too often. */
    authenticationFailed(): void {
      if (++failed_auth >= failed_auth_max)
        close(CLOSE_UNAUTHORIZED, `Authentication failed ${failed_auth} times`);
    },
    close,
    end,
    get isClosed(): boolean {
      return isClosed;
    },
  };
}

export type Inbox = ReturnType<typeof createInbox>;
