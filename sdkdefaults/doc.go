// Package sdkdefaults writes the defaults file of the SageMaker Python SDK, so that ordinary code of a data scientist, without
// one argument about security, asks for what the guardrails demand. It has one reason to change: what the SDK reads.
//
// The file is a convenience, not a control: who writes other values is refused by the guardrails as before. It goes to
// Path on every machine that runs the SDK, and fits version 2 of the SDK, with which it is tested (sagemaker 2.257.1).
// Version 3 looks in the same place, and its schema (sagemaker-core 2.27.0) differs only by a section that is not written here.
// It is read, not tested: by its source ModelTrainer (sagemaker-train 1.27.0) takes role, network and tags from the file, but not
// the encryption between nodes, which a user then writes as Networking(enable_inter_container_traffic_encryption=True).
//
// # What a user must still write
//
// The SDK has no default for these, or does not use the one it has. make sdk-test finds them, and fails when the list is
// not right any more.
//
//   - A run time, where the environment allows less than a day: max_run=... for Estimator (a tuner and a pipeline step take
//     the estimator's), max_runtime_in_seconds=... for a processor or a model monitor. The SDK asks for a day (CST-02).
//   - The tags Project and Environment of a model monitor, tags=[...]: the SDK puts the default ones on the schedule, not on
//     the job definition that it makes first (ISO-01).
//   - A model's name that begins with <project>-<environment>-, where environments share an account: Model(name=...), and so
//     Transformer(model_name=...). The SDK names models after their image (ISO-02).
//   - A model package group, made beforehand with tags and a name with that prefix in every environment, by
//     boto3's create_model_package_group: Model.register makes a missing one without tags (ISO-01). Where environments share an
//     account, the SDK's search for the group is refused as well (ISO-07); create_model_package of boto3 does not search.
//
// What the SDK reads of instance types is narrower than the truth: it knows some families that encrypt their storage themselves
// and leaves the volume key out for them, and sends it for the rest of facts.LocalStorageFamilies, which SageMaker refuses. Where all
// approved types of a kind are of such families, the file holds no key. Where they are mixed, approve types that the SDK knows
// (a d in the family's name, g5, g6, p5, trn1).
package sdkdefaults
