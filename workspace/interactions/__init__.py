"""What a person does to an app: commands, clicks, choices, modals; and how the app's answer is carried out."""
