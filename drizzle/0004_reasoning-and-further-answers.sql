ALTER TABLE `completions` ADD `reasoning_content` text;--> statement-breakpoint
ALTER TABLE `completions` ADD `reasoning_details` text;--> statement-breakpoint
ALTER TABLE `completions` ADD `refusal` text;--> statement-breakpoint
ALTER TABLE `completions` ADD `alternatives` text;