ALTER TABLE `trials` ADD `notes` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `parts` text;