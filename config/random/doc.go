// Package random makes valid configurations by chance, for whatever should hold for every configuration, and reduces one
// that shows a fault to a small one that still does. Nothing that ships uses it.
package random
