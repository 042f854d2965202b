import sagemaker
from sagemaker.feature_store.feature_definition import FractionalFeatureDefinition, StringFeatureDefinition
from sagemaker.feature_store.feature_group import FeatureGroup

session = sagemaker.Session()

group = FeatureGroup(
    name="churn",
    sagemaker_session=session,
    feature_definitions=[StringFeatureDefinition("customer"), FractionalFeatureDefinition("at")],
)
group.create(
    s3_uri=f"s3://{session.default_bucket()}/features",
    record_identifier_name="customer",
    event_time_feature_name="at",
    enable_online_store=True,
)
