"""What leaves the ledger: e-mail to senders, changes of the providers' lists, webhooks to the ATS."""
