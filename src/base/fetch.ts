/** The signature of `fetch`. It is passed in as a parameter, so that tests need no module mocks. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
