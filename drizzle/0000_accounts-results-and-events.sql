CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`prefix` text NOT NULL,
	`key_hash` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_key_hash` ON `api_keys` (`key_hash`);--> statement-breakpoint
CREATE INDEX `api_keys_created_by` ON `api_keys` (`created_by`);--> statement-breakpoint
CREATE TABLE `benchmarks` (
	`benchmark_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`settled` integer NOT NULL,
	`total` integer NOT NULL,
	`results` text,
	`dataset` text NOT NULL,
	`dataset_id` text NOT NULL,
	`spec` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL,
	`started_at` text,
	`finished_at` text,
	`error` text,
	`lease_owner` text,
	`lease_until` integer
);
--> statement-breakpoint
CREATE INDEX `benchmarks_status` ON `benchmarks` (`status`);--> statement-breakpoint
CREATE INDEX `benchmarks_dataset_id` ON `benchmarks` (`dataset_id`);--> statement-breakpoint
CREATE TABLE `completions` (
	`request_id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`answered_provider` text,
	`answered_model` text,
	`messages` text NOT NULL,
	`params` text NOT NULL,
	`text` text,
	`finish_reason` text,
	`usage` text,
	`tool_calls` text,
	`logprobs` text,
	`latency_ms` real,
	`ttft_ms` real,
	`queue_ms` real,
	`retries` integer,
	`cost_usd` real,
	`cache` text NOT NULL,
	`warnings` text NOT NULL,
	`error` text,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `dataset_samples` (
	`dataset_id` text NOT NULL,
	`position` integer NOT NULL,
	`group` text,
	`sample` text NOT NULL,
	PRIMARY KEY(`dataset_id`, `position`)
);
--> statement-breakpoint
CREATE INDEX `dataset_samples_group` ON `dataset_samples` (`dataset_id`,`group`);--> statement-breakpoint
CREATE TABLE `datasets` (
	`dataset_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`samples` integer NOT NULL,
	`fields` text NOT NULL,
	`content_hash` text NOT NULL,
	`source` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `datasets_name` ON `datasets` (`name`);--> statement-breakpoint
CREATE TABLE `evaluations` (
	`evaluation_id` text PRIMARY KEY NOT NULL,
	`score` real,
	`metrics` text NOT NULL,
	`methods` text NOT NULL,
	`reasons` text NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`input` text NOT NULL,
	`output` text NOT NULL,
	`expected` text,
	`context` text,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY NOT NULL,
	`topic` text NOT NULL,
	`data` text NOT NULL,
	`timestamp` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_timestamp` ON `events` (`timestamp`);--> statement-breakpoint
CREATE TABLE `plugins` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`version` text NOT NULL,
	`plugin_type` text NOT NULL,
	`status` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plugins_name_version` ON `plugins` (`name`,`version`);--> statement-breakpoint
CREATE TABLE `responses` (
	`key` text PRIMARY KEY NOT NULL,
	`completion` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `responses_created_at` ON `responses` (`created_at`);--> statement-breakpoint
CREATE TABLE `revoked_sessions` (
	`jti` text PRIMARY KEY NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `trials` (
	`benchmark_id` text NOT NULL,
	`run` integer NOT NULL,
	`repeat` integer NOT NULL,
	`position` integer NOT NULL,
	`sample_id` text NOT NULL,
	`outcome` text NOT NULL,
	`output` text,
	`answer` text,
	`scores` text NOT NULL,
	`usage` text,
	`latency_ms` real,
	`cost_usd` real,
	`error` text,
	PRIMARY KEY(`benchmark_id`, `run`, `repeat`, `position`)
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`password_hash` text NOT NULL,
	`role` text NOT NULL,
	`disabled` integer NOT NULL,
	`session_epoch` integer NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_username` ON `users` (`username`);