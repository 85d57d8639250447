ALTER TABLE `trials` ADD `prompt_hash` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `answered_model` text;