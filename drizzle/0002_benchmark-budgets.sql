CREATE TABLE `holds` (
	`hold_id` text PRIMARY KEY NOT NULL,
	`benchmark_id` text NOT NULL,
	`usd` real NOT NULL
);
--> statement-breakpoint
CREATE INDEX `holds_benchmark_id` ON `holds` (`benchmark_id`);--> statement-breakpoint
ALTER TABLE `benchmarks` ADD `spent_usd` text;--> statement-breakpoint
ALTER TABLE `trials` ADD `spent_usd` real;