import sagemaker
from sagemaker.model_monitor import CronExpressionGenerator, DefaultModelMonitor

bucket = sagemaker.Session().default_bucket()

monitor = DefaultModelMonitor(instance_count=1, instance_type="ml.m5.xlarge", volume_size_in_gb=20)
monitor.create_monitoring_schedule(
    endpoint_input="churn",
    output_s3_uri=f"s3://{bucket}/monitoring/churn",
    schedule_cron_expression=CronExpressionGenerator.daily(),
)
