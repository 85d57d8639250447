ALTER TABLE `evaluations` ADD `references` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `metric_requests` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `notes` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `explanations` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `judge` text;--> statement-breakpoint
ALTER TABLE `evaluations` ADD `embedding` text;--> statement-breakpoint
CREATE INDEX `evaluations_provider` ON `evaluations` (`provider`,`evaluation_id`);--> statement-breakpoint
CREATE INDEX `evaluations_model` ON `evaluations` (`model`,`evaluation_id`);--> statement-breakpoint
CREATE INDEX `evaluations_created_by` ON `evaluations` (`created_by`,`evaluation_id`);--> statement-breakpoint
CREATE INDEX `evaluations_score` ON `evaluations` (`score`,`evaluation_id`);--> statement-breakpoint
ALTER TABLE `trials` ADD `judge_usage` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `judge_cost_usd` real;--> statement-breakpoint
ALTER TABLE `trials` ADD `embedding_usage` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `embedding_cost_usd` real;