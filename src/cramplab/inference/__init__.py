"""What studies say about theories: predictions, scores, calibration, and which experiment would tell more."""
