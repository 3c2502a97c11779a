"""Charts as SVG text: written on the server, the same bytes for the same figures, each with a table and a sentence."""

from kiban.evidence.charts.frame import Chart
from kiban.evidence.charts.graph import flow_chart, logic_chart
from kiban.evidence.charts.map import Shapes, choropleth, classes, read_shapes
from kiban.evidence.charts.series import bar_chart, line_chart

__all__ = [
    "Chart",
    "Shapes",
    "bar_chart",
    "choropleth",
    "classes",
    "flow_chart",
    "line_chart",
    "logic_chart",
    "read_shapes",
]
