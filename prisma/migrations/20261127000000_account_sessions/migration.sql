-- AlterTable: a key that is there may do everything, as before; one that is made without scopes may do nothing.
ALTER TABLE "api_keys" ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "scopes" TEXT[] DEFAULT ARRAY['instances:read', 'instances:write', 'rules:read', 'rules:write', 'access:read', 'access:write', 'replies:read', 'replies:write']::TEXT[];
ALTER TABLE "api_keys" ALTER COLUMN "scopes" SET DEFAULT ARRAY[]::TEXT[];

-- Emails are looked up in lower case. Two accounts whose emails differ in nothing else are left as they are.
UPDATE "admin_accounts" AS a SET "email" = lower(a."email")
WHERE a."email" <> lower(a."email")
  AND NOT EXISTS (SELECT 1 FROM "admin_accounts" AS b WHERE b."id" <> a."id" AND lower(b."email") = lower(a."email"));

-- CreateTable
CREATE TABLE "account_sessions" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "previous_token_hash" TEXT,
    "previous_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "rotated_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "account_sessions_token_hash_key" ON "account_sessions"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "account_sessions_previous_token_hash_key" ON "account_sessions"("previous_token_hash");

-- CreateIndex
CREATE INDEX "account_sessions_account_id_created_at_idx" ON "account_sessions"("account_id", "created_at");

-- CreateIndex
CREATE INDEX "account_sessions_expires_at_idx" ON "account_sessions"("expires_at");

-- CreateIndex
CREATE INDEX "account_sessions_last_seen_at_idx" ON "account_sessions"("last_seen_at");

-- AddForeignKey
ALTER TABLE "account_sessions" ADD CONSTRAINT "account_sessions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "admin_accounts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account_sessions" ADD CONSTRAINT "account_sessions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
