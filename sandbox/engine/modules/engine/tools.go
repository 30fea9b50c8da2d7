// Names the package to build, so that its whole dependency tree is pinned in go.mod and go.sum beside this file.

//go:build tools

package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
