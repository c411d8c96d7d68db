"""What a pipeline needs to run a job, as text: values in, files out. Nothing is sent anywhere."""
