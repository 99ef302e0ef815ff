"""The team as the app knows it: forms of the scale and of athletes, tables in and out, and the whole for a page."""
