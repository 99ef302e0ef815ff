"""The local web app: pages for planners, trainers and researchers on the engine, with the reports' own tables."""
