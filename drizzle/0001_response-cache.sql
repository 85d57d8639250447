CREATE TABLE `responses` (
	`key` text PRIMARY KEY NOT NULL,
	`completion` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `responses_created_at` ON `responses` (`created_at`);