from operators.files import CopyFileOperator, CountLinesOperator
from operators.quality import DataQualityOperator, ThresholdBranchOperator

__all__ = ["CopyFileOperator", "CountLinesOperator", "DataQualityOperator", "ThresholdBranchOperator"]
