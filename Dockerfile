FROM node:22-bookworm-slim AS build
RUN npm install --global bun@1.4.5
WORKDIR /app
# The libraries first: they change less often than the source.
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile
COPY tsconfig.json build.ts ./
COPY drizzle drizzle
COPY src src
RUN bun run build

# glibc, as the embedded libSQL wants it. Certificates come with the executable.
FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin bench \
  && install --directory --owner=bench --group=bench --mode=0700 /data
COPY --from=build /app/dist/llm-test-bench /usr/local/bin/llm-test-bench
ENV NODE_ENV=production \
    BIND_ADDRESS=0.0.0.0:3000 \
    DATA_DIR=/data \
    TMPDIR=/tmp
USER bench
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["llm-test-bench", "health"]
# Needs JWT_SECRET. The executable unpacks libSQL to TMPDIR: with --read-only give it --tmpfs /tmp:exec.
ENTRYPOINT ["llm-test-bench"]
CMD ["serve"]
