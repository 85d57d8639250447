CREATE TABLE `plugin_codes` (
	`plugin_id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `benchmarks` ADD `stopped_plugins` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `plugins` text;--> statement-breakpoint
ALTER TABLE `plugins` ADD `description` text NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `language` text NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `content_hash` text NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `code_bytes` integer NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `error` text;--> statement-breakpoint
ALTER TABLE `plugins` ADD `manifest` text NOT NULL;--> statement-breakpoint
ALTER TABLE `plugins` ADD `created_by` text NOT NULL;