"""What Tunesmith knows about fine-tuning: datasets, jobs, models, chat and the providers that train."""
