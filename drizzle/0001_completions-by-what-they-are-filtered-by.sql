CREATE INDEX `completions_provider` ON `completions` (`provider`,`request_id`,`model`,`status`,`created_by`);--> statement-breakpoint
CREATE INDEX `completions_model` ON `completions` (`model`,`request_id`,`provider`,`status`,`created_by`);--> statement-breakpoint
CREATE INDEX `completions_status` ON `completions` (`status`,`request_id`,`provider`,`model`,`created_by`);--> statement-breakpoint
CREATE INDEX `completions_created_by` ON `completions` (`created_by`,`request_id`,`provider`,`model`,`status`);