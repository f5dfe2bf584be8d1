"""The floor that knows no customs: pages, people, jobs, files, lists."""
