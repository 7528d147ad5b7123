# syntax=docker/dockerfile:1
# One image for all six services; SERVICE chooses which one a container runs: gateway, product, order, promotion, member, logistics.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --omit=dev --no-audit --no-fund

# The analysts' page is built once, with the development packages that the running services don't need.
FROM packages AS explorer
RUN npm install --no-audit --no-fund
COPY . .
RUN node scripts/build-explorer.ts

FROM node:24-slim
ENV NODE_ENV=production SERVICE=gateway
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY gateway ./gateway
COPY subgraphs ./subgraphs
COPY kit ./kit
COPY schema ./schema
COPY --from=explorer /app/explorer/dist ./explorer/dist
COPY scripts/container ./scripts/container
USER node
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 CMD ["node", "scripts/container/ready.mjs"]
# No shell in between: Node gets SIGTERM itself and stops cleanly.
CMD ["node", "scripts/container/run.mjs"]
