# An image a target: producer (the one that Fargate runs), processor, dashboard; redis-cluster for Compose's profile `cluster`.
#
# Programs are bundled with all their packages, so the images hold Node and a few files and no node_modules. Bundles are the
# same on every platform: they are built on the builder's own, and the last stages only copy, so that an arm64 image needs no
# emulation on amd64, nor the other way round.

FROM --platform=$BUILDPLATFORM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No script of a package runs: nothing that is bundled needs one.
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build -- --programs

FROM node:22-bookworm-slim AS runtime
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
WORKDIR /app
# Files belong to root and are only read: a program that is broken into cannot change itself.
USER node

# Health checks allow for a restart of Kafka, about a minute on a busy machine: a program that waits for it is not ill.

FROM runtime AS producer
COPY --from=build /build/dist/producer producer
EXPOSE 5001
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=9 CMD ["node", "producer/health-check.js"]
CMD ["node", "producer/main.js"]

FROM runtime AS processor
# Beside it, for `docker compose exec processor node local/audit.js`: what looks at the same Kafka and Redis from inside.
COPY --from=build /build/dist/local/processor.js* /build/dist/local/audit.js* /build/dist/local/repair.js* \
  /build/dist/local/rejects.js* /build/dist/local/processor-health-check.js* local/
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=9 CMD ["node", "local/processor-health-check.js"]
CMD ["node", "local/processor.js"]

FROM runtime AS dashboard
# A container has an address of its own; which addresses of the host reach it, `ports` of docker-compose.yml says.
ENV LISTEN_HOST=0.0.0.0 PORT=5000
COPY --from=build /build/dist/local/dashboard.js* local/
COPY --from=build /build/dist/local/web local/web
EXPOSE 5000
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=9 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/v1/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "local/dashboard.js"]

FROM runtime AS redis-cluster
COPY --from=build /build/dist/local/redis-cluster local/redis-cluster
HEALTHCHECK --interval=3s --timeout=4s --start-period=90s --retries=5 CMD ["node", "local/redis-cluster/health-check.js"]
CMD ["node", "local/redis-cluster/main.js"]
