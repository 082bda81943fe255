-- CreateEnum
CREATE TYPE "policy_effect" AS ENUM ('allow', 'deny');

-- CreateEnum
CREATE TYPE "policy_status" AS ENUM ('active', 'inactive');

-- CreateEnum
CREATE TYPE "user_status" AS ENUM ('enabled', 'disabled');

-- AlterTable
ALTER TABLE "instances" ADD COLUMN     "users_revision" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "outbox_entries" ADD COLUMN     "username" TEXT;

-- CreateTable
CREATE TABLE "authorization_policies" (
    "id" TEXT NOT NULL,
    "instance_id" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "effect" "policy_effect" NOT NULL,
    "actions" JSONB NOT NULL,
    "condition" JSONB NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 100,
    "status" "policy_status" NOT NULL DEFAULT 'active',
    "remark" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "authorization_policies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mqtt_users" (
    "instance_id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "password_hash" TEXT NOT NULL,
    "status" "user_status" NOT NULL DEFAULT 'enabled',
    "remark" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mqtt_users_instance_id_username_key" PRIMARY KEY ("instance_id","username")
);

-- CreateIndex
CREATE INDEX "authorization_policies_instance_id_priority_created_at_id_idx" ON "authorization_policies"("instance_id", "priority", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "authorization_policies_instance_id_name_key" ON "authorization_policies"("instance_id", "name");

-- CreateIndex
CREATE INDEX "mqtt_users_instance_id_created_at_username_idx" ON "mqtt_users"("instance_id", "created_at", "username");

-- AddForeignKey
ALTER TABLE "authorization_policies" ADD CONSTRAINT "authorization_policies_instance_id_fkey" FOREIGN KEY ("instance_id") REFERENCES "instances"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mqtt_users" ADD CONSTRAINT "mqtt_users_instance_id_fkey" FOREIGN KEY ("instance_id") REFERENCES "instances"("id") ON DELETE CASCADE ON UPDATE CASCADE;
