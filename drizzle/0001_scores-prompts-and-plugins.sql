ALTER TABLE `trials` ADD `group` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `prompt_hash` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `answered_model` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `notes` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `parts` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `ttft_ms` real;