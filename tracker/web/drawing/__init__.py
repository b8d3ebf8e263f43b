"""What the pages are drawn with: charts, the timeline, moments and edits as safe HTML."""
