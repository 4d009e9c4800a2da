"""Output folders become what a report says of them: every file with its digest, and links that lead nowhere."""
