// Package stacks puts constructs into stacks and stacks into an app: wiring only. Nothing is decided here.
package stacks
