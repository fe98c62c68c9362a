-- One row for each image, as its newest event tells it. Instants are milliseconds since 1970.
CREATE TABLE uploaded_image (
  id TEXT PRIMARY KEY,
  filename TEXT NOT NULL,
  uploaded_at INTEGER NOT NULL,
  user_id TEXT,
  variants TEXT NOT NULL
);

-- The jobs that were done. The key is the one of the webhook, so a message that arrives twice is done once.
CREATE TABLE job (
  key TEXT PRIMARY KEY,
  image_id TEXT NOT NULL,
  done_at INTEGER NOT NULL
);

CREATE INDEX job_image ON job (image_id);

-- Messages that failed too often, kept for a person to look at.
CREATE TABLE dead_letter (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  kept_at INTEGER NOT NULL
);
