/** The network, handed in so that tests need no module mocks. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
