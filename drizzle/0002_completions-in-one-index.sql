PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_completions` (
	`request_id` text NOT NULL,
	`status` text NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`answered_provider` text,
	`answered_model` text,
	`messages` text NOT NULL,
	`params` text NOT NULL,
	`text` text,
	`finish_reason` text,
	`usage` text,
	`tool_calls` text,
	`logprobs` text,
	`latency_ms` real,
	`ttft_ms` real,
	`queue_ms` real,
	`retries` integer,
	`cost_usd` real,
	`cache` text NOT NULL,
	`warnings` text NOT NULL,
	`error` text,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`request_id`, `provider`, `model`, `status`, `created_by`)
);
--> statement-breakpoint
INSERT INTO `__new_completions`("request_id", "status", "provider", "model", "answered_provider", "answered_model", "messages", "params", "text", "finish_reason", "usage", "tool_calls", "logprobs", "latency_ms", "ttft_ms", "queue_ms", "retries", "cost_usd", "cache", "warnings", "error", "created_by", "created_at") SELECT "request_id", "status", "provider", "model", "answered_provider", "answered_model", "messages", "params", "text", "finish_reason", "usage", "tool_calls", "logprobs", "latency_ms", "ttft_ms", "queue_ms", "retries", "cost_usd", "cache", "warnings", "error", "created_by", "created_at" FROM `completions`;--> statement-breakpoint
DROP TABLE `completions`;--> statement-breakpoint
ALTER TABLE `__new_completions` RENAME TO `completions`;--> statement-breakpoint
PRAGMA foreign_keys=ON;