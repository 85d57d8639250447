import { requireFound } from "../../base/errors.ts";
import { sha256 } from "../../base/hash.ts";
import { newId } from "../../base/ids.ts";
import { now } from "../../base/time.ts";
import type { ApiKey, ApiKeyCreated, CreateApiKey } from "../../domain/account.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { AccountStore, ApiKeyRow } from "../../store/accounts.ts";

export const API_KEY_PREFIX = "ltb_";
const KEY_LENGTH = 32;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
/** How many characters of a key its stored row shows. */
const PREFIX_LENGTH = API_KEY_PREFIX.length + 4;
/** Bytes from here on are thrown away: they would make the first characters of the alphabet likelier than the last. */
const FAIR_BELOW = 256 - (256 % ALPHABET.length);

function makeKey(): string {
  let key = API_KEY_PREFIX;
  while (key.length < API_KEY_PREFIX.length + KEY_LENGTH) {
    const [byte = FAIR_BELOW] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < FAIR_BELOW) key += ALPHABET[byte % ALPHABET.length];
  }
  return key;
}

/** The key as callers see it, without its hash. */
const toPublicKey = ({ key_hash: _, ...key }: ApiKeyRow): ApiKey => key;

/** Manages API keys. A key is shown once and stored as a hash; with 165 random bits it needs no slow hash. */
export function createApiKeys(store: AccountStore, forget: () => void) {
  return {
    async create(caller: Caller, { name, role = "service" }: CreateApiKey): Promise<ApiKeyCreated> {
      authorize(caller, "api_keys.manage");
      const key = makeKey();
      const row = { id: newId(), name, role, created_by: caller.user_id ?? caller.id, created_at: now() };
      await store.addApiKey({ ...row, prefix: key.slice(0, PREFIX_LENGTH), key_hash: sha256(key) });
      return { key, id: row.id, created_at: row.created_at };
    },
    async list(caller: Caller, request: PageRequest): Promise<Page<ApiKey>> {
      authorize(caller, "api_keys.manage");
      const page = await store.listApiKeys(request);
      return { ...page, items: page.items.map(toPublicKey) };
    },
    async get(caller: Caller, id: string): Promise<ApiKey> {
      authorize(caller, "api_keys.manage");
      return toPublicKey(requireFound(await store.findApiKey(id), "api_key", id));
    },
    async remove(caller: Caller, id: string): Promise<void> {
      await this.get(caller, id);
      await store.removeApiKey(id);
      forget();
    },
  };
}

export type ApiKeys = ReturnType<typeof createApiKeys>;
