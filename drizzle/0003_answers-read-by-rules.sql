ALTER TABLE `datasets` ADD `answer_pattern` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `read_by` text;