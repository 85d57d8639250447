/** The database can't be used as it is; `message` says why and what to do, and holds no secret. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}
