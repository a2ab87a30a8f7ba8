"""What video files are called."""

VIDEO_SUFFIXES = (
    *(".mp4", ".mkv", ".mov", ".webm", ".avi", ".m4v", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts"),
    *(".wmv", ".flv", ".ogv", ".3gp", ".mxf", ".y4m"),
)
ANIMATION_SUFFIXES = (".gif", ".apng")
