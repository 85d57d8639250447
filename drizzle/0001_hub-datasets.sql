CREATE TABLE `dataset_shots` (
	`dataset_id` text NOT NULL,
	`position` integer NOT NULL,
	`sample` text NOT NULL,
	PRIMARY KEY(`dataset_id`, `position`)
);
--> statement-breakpoint
ALTER TABLE `datasets` ADD `shots` text;--> statement-breakpoint
ALTER TABLE `datasets` ADD `revision` text;--> statement-breakpoint
ALTER TABLE `datasets` ADD `choice_seed` integer;