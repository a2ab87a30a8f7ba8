"""Every setting with its type, its limits, what it means, and its default."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Theme = Literal["system", "dark", "light"]
LayoutName = Literal["slider", "side_by_side"]
OverlayName = Literal["off", "absolute", "signed", "ssim"]
ProtocolName = Literal["paper", "rgb"]
FormatName = Literal["png", "jpeg", "webp", "tiff"]
RECENT_FILES = 10


class EngineSettings(Struct):
    """What is computed, and where."""

    models: Annotated[
        list[str] | None,
        Meta(
            description="Models shown, by id without the scale (`fsrcnn` stands for `fsrcnn-x2`);"
            " null until some are chosen: what suits the picture"
        ),
    ] = None
    scale: Annotated[int, Meta(ge=1, le=64, description="Factor of super-resolution")] = 2
    device: Annotated[str, Meta(description="`auto`, `cpu`, `cuda:0`, `mps`")] = "auto"
    precision: Annotated[
        Literal["exact", "fast"],
        Meta(description="float32, or half precision where the model allows it"),
    ] = "exact"


class ViewSettings(Struct):
    """How pictures are shown."""

    layout: Annotated[LayoutName, Meta(description="Slider, or panes beside each other")] = "slider"
    overlay: Annotated[OverlayName, Meta(description="Map drawn over the picture")] = "off"
    opacity: Annotated[float, Meta(ge=0.0, le=1.0, description="Opacity of that map")] = 0.75
    nearest: Annotated[
        bool, Meta(description="Nearest neighbour at and above 100 %, not smooth")
    ] = True
    protocol: Annotated[
        ProtocolName,
        Meta(description="Convention of the metrics: `paper` (Y, crop = scale) or RGB"),
    ] = "paper"


class SaveSettings(Struct):
    """How results are written."""

    format: Annotated[FormatName, Meta(description="File format")] = "png"
    depth: Annotated[
        Literal[0, 8, 16], Meta(description="Bits a channel; 0 keeps the depth of the picture")
    ] = 0
    quality: Annotated[int, Meta(ge=1, le=100, description="Quality of JPEG and WebP")] = 95
    lossless: Annotated[bool, Meta(description="WebP without loss")] = True
    template: Annotated[
        str, Meta(min_length=1, description="File name; {stem} {model} {scale} are filled in")
    ] = "{stem}_{model}_{scale}x"
    folder: Annotated[str, Meta(description="Folder; empty: the folder of the picture")] = ""


class ExportChoices(Struct):
    """How videos are exported."""

    model: Annotated[str, Meta(description="Model, by id without the scale; empty: the shown")] = ""
    scale: Annotated[int, Meta(ge=1, le=64, description="Factor of super-resolution")] = 2
    output: Annotated[
        str, Meta(description="Codec (`h264`, `ffv1` ...), or `png`, `tiff`, `gif`")
    ] = "h264"
    suffix: Annotated[str, Meta(description="Suffix of the file; empty: what is usual")] = ""
    quality: Annotated[
        int, Meta(ge=-1, le=100, description="Quality as the codec counts it; -1: what is usual")
    ] = -1
    preset: Annotated[str, Meta(description="Preset of the codec; empty: what is usual")] = ""
    bits: Annotated[int, Meta(ge=0, le=16, description="Bits of a sample; 0: as the video has")] = 0
    audio: Annotated[bool, Meta(description="Sound is copied")] = True
    subtitles: Annotated[bool, Meta(description="Subtitles are copied")] = True
    folder: Annotated[str, Meta(description="Folder; empty: the folder of the video")] = ""


class WindowSettings(Struct):
    """How the window looks."""

    theme: Annotated[Theme, Meta(description="Dark, light, or as the system is")] = "system"
    geometry: Annotated[str, Meta(description="Place and size of the window, base64")] = ""
    state: Annotated[str, Meta(description="Place of the docks and tool bars, base64")] = ""
    recent: Annotated[
        list[str], Meta(max_length=RECENT_FILES, description="Pictures opened lately, newest first")
    ] = field(default_factory=list)


class Settings(Struct):
    """Everything that is remembered."""

    engine: EngineSettings = field(default_factory=EngineSettings)
    view: ViewSettings = field(default_factory=ViewSettings)
    save: SaveSettings = field(default_factory=SaveSettings)
    export: ExportChoices = field(default_factory=ExportChoices)
    window: WindowSettings = field(default_factory=WindowSettings)

    def remember_file(self, path: str) -> None:
        """Put a picture at the head of the recent files."""
        others = [known for known in self.window.recent if known != path]
        self.window.recent = [path, *others][:RECENT_FILES]
