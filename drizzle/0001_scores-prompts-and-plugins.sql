CREATE TABLE `dataset_shots` (
	`dataset_id` text NOT NULL,
	`position` integer NOT NULL,
	`sample` text NOT NULL,
	PRIMARY KEY(`dataset_id`, `position`)
);
--> statement-breakpoint
CREATE TABLE `holds` (
	`hold_id` text PRIMARY KEY NOT NULL,
	`benchmark_id` text NOT NULL,
	`usd` real NOT NULL
);
--> statement-breakpoint
CREATE INDEX `holds_benchmark_id` ON `holds` (`benchmark_id`);--> statement-breakpoint
CREATE TABLE `plugin_codes` (
	`plugin_id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `benchmarks` ADD `stopped_plugins` text;--> statement-breakpoint
ALTER TABLE `benchmarks` ADD `spent_usd` text;--> statement-breakpoint
ALTER TABLE `datasets` ADD `shots` text;--> statement-breakpoint
ALTER TABLE `datasets` ADD `revision` text;--> statement-breakpoint
ALTER TABLE `datasets` ADD `choice_seed` integer;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `references` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `metric_requests` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `plugins` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `notes` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `explanations` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `judge` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `embedding` text;--> statement-breakpoint
CREATE INDEX `evaluations_provider` ON `evaluations` (`provider`,`evaluation_id`);--> statement-breakpoint
CREATE INDEX `evaluations_model` ON `evaluations` (`model`,`evaluation_id`);--> statement-breakpoint
CREATE INDEX `evaluations_created_by` ON `evaluations` (`created_by`,`evaluation_id`);--> statement-breakpoint
CREATE INDEX `evaluations_score` ON `evaluations` (`score`,`evaluation_id`);--> statement-breakpoint
ALTER TABLE `plugins` ADD `description` text NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `language` text NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `content_hash` text NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `code_bytes` integer NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `error` text;--> statement-breakpoint
ALTER TABLE `plugins` ADD `manifest` text NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `created_by` text NOT NULL;--> statement-breakpoint
ALTER TABLE `trials` ADD `group` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `prompt_hash` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `answered_model` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `finish_reason` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `notes` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `parts` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `ttft_ms` real;--> statement-breakpoint
ALTER TABLE `trials` ADD `judge_usage` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `judge_cost_usd` real;--> statement-breakpoint
ALTER TABLE `trials` ADD `embedding_usage` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `embedding_cost_usd` real;--> statement-breakpoint
ALTER TABLE `trials` ADD `spent_usd` real;--> statement-breakpoint
CREATE INDEX `completions_provider` ON `completions` (`provider`,`request_id`,`model`,`status`,`created_by`);--> statement-breakpoint
CREATE INDEX `completions_model` ON `completions` (`model`,`request_id`,`provider`,`status`,`created_by`);--> statement-breakpoint
CREATE INDEX `completions_status` ON `completions` (`status`,`request_id`,`provider`,`model`,`created_by`);--> statement-breakpoint
CREATE INDEX `completions_created_by` ON `completions` (`created_by`,`request_id`,`provider`,`model`,`status`);