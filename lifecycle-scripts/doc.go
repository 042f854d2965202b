// Package lifecycle renders the scripts that notebook instances and Studio spaces run when they start: the private package
// index, the identity with which Git commits, defaults of the SageMaker SDK, the stop of idle notebooks, and Jupyter
// without its Download button.
//
// It exists because a guardrail refuses and a script prepares: after these steps ordinary code is compliant. None of them
// protects anything, since users can change what is theirs; the policies do that. So no step can keep a start from
// succeeding. A step that fails says what to do in the log of the start: log group /aws/sagemaker/NotebookInstances for
// notebook instances, /aws/sagemaker/studio for spaces.
//
// The scripts are bash, since both platforms have it. Nothing is fetched but from the environment's own endpoints.
// Each rendered script is complete in itself.
package lifecycle
