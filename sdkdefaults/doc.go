// Package sdkdefaults writes the defaults file of the SageMaker Python SDK.
package sdkdefaults
