"""The firewall: what a customer writes is screened here before disk, log, index or model see it."""
